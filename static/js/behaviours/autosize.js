// A text area as tall as its text, up to most of the window.

export function bind(field) {
  const fit = () => {
    field.style.height = "auto";
    const most = window.innerHeight * 0.7;
    field.style.height = `${Math.min(field.scrollHeight + 2, most)}px`;
    field.style.overflowY = field.scrollHeight > most ? "auto" : "hidden";
  };
  field.addEventListener("input", fit);
  window.addEventListener("resize", fit);
  requestAnimationFrame(fit);
}
