// Says how many characters are left. Counts what a reader sees as one character where the browser can.

const graphemes = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });

function lengthOf(text) {
  return graphemes ? [...graphemes.segment(text)].length : [...text].length;
}

export function bind(field) {
  const note = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  const limit = Number(field.dataset.count);
  if (!note || !limit) return;
  const say = () => {
    const left = limit - lengthOf(field.value);
    note.textContent = left < 0 ? `${-left} too many` : `${left} characters left`;
    note.classList.toggle("is-over", left < 0);
  };
  field.addEventListener("input", say);
  say();
}
