// After a refused form the reader starts at what went wrong; its links put the cursor into the field.

export function bind(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("fieldset") ? field.querySelector("input, select, textarea") : field;
    control.focus();
    field.scrollIntoView({ block: "center" });
  });
}
