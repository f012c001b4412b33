/**
 * Sends an act to the API from the browser.
 *
 * @param failure what may be the case when no answer came
 * @throws {Error} with a sentence to show
 */
export async function post<T>(path: string, body: unknown, failure: string): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", ...(body === null ? {} : { "content-type": "application/json" }) },
    body: body === null ? null : JSON.stringify(body),
  }).catch(() => {
    throw new Error(`Tidemark did not answer. ${failure}`);
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Error(answer?.detail ?? `The answer was ${response.status} ${response.statusText}. ${failure}`);
}
