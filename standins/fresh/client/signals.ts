/** Loaded only for pages that send signals. */
import { computed, signal } from "@preact/signals";

/** How signals among the props come back: one that can be set, and one that stays as the server computed it. */
export const signalRevivers = {
  Signal: ([value]: [unknown]) => signal(value),
  Computed: ([value]: [unknown]) => computed(() => value),
};
