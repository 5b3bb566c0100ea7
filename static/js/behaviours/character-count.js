// Says how many characters are left, counted as the server counts them: by code point.

export function bind(field) {
  const note = document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  const limit = Number(field.dataset.count);
  if (!note || !limit) return;
  const say = () => {
    const left = limit - [...field.value].length;
    note.textContent = left < 0 ? `${-left} too many` : `${left} characters left`;
    note.classList.toggle("is-over", left < 0);
  };
  field.addEventListener("input", say);
  say();
}
