// Who signs out leaves no words in this browser: what is still to be kept is sent first, then all copies go.

import { dropAll } from "../typed.js";

const PATIENCE_MS = 3000;

export function bind(place) {
  place.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const waits = [];
    document.dispatchEvent(new CustomEvent("autosave:now", { detail: waits }));
    await Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    dropAll();
    form.submit();
  });
}
