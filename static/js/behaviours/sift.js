// Of many accounts, shows those whose name or network has what is typed. What is chosen stays in sight.

// "Jose" finds "José", and "dr x" finds "Dr. Asha … X".
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export function bind(box) {
  const field = box.querySelector("input");
  const said = box.querySelector('[role="status"]');
  const rows = [...box.parentElement.querySelectorAll(".account-choice")];
  box.hidden = false;

  field.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no part of the post: nothing has to be drawn anew
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const words = plain(row.querySelector(".form-check-label").textContent);
      row.hidden = !row.querySelector(".form-check-input").checked && !wanted.every((word) => words.includes(word));
    }
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = wanted.length ? `${shown} of ${rows.length} accounts shown` : "";
  });
  // It would send the whole form.
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}
