// The title that the linked page gives itself goes into the field for it, unless the doctor wrote another one.

export function bind(link) {
  const title = document.getElementById(link.dataset.title);
  const card = document.getElementById("link-card");
  let proposed = card.querySelector("[data-card-title]")?.dataset.cardTitle ?? null;
  card.addEventListener("htmx:afterSwap", () => {
    const found = link.value.trim() ? (card.querySelector("[data-card-title]")?.dataset.cardTitle ?? "") : "";
    if (title.value && title.value !== proposed) return;
    title.value = found;
    proposed = found;
    title.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
