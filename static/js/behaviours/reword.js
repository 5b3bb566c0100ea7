// Puts a safer wording in the place of the words that a check found, or before the text. The text stays the
// doctor's own: it can be changed again, or put back with the browser's undo.

export function bind(button) {
  const { field, words, wording, at } = button.dataset;
  button.addEventListener("click", () => {
    const text = document.getElementById(field);
    const start = text ? nearest(text.value, words, Number(at)) : -1;
    if (start < 0) return;
    text.setRangeText(wording, start, start + words.length, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// The server counts code points of a text that may have changed meanwhile: the nearest same words are meant.
function nearest(text, words, at) {
  if (!words) return 0;
  let best = -1;
  for (let here = text.indexOf(words); here >= 0; here = text.indexOf(words, here + 1)) {
    if (best < 0 || Math.abs(here - at) < Math.abs(best - at)) best = here;
  }
  return best;
}
