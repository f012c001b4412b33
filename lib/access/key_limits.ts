/** The longest life of an API key, in days. */
export const MOST_KEY_DAYS = 366;
/** The highest limit of an API key, in requests a minute. */
export const MOST_PER_MINUTE = 6000;
