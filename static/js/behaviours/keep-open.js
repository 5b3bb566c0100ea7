// What was folded open stays open: when its part of the page is drawn anew, and when the form comes back refused.

const nameOf = (fold, number) => `${number} ${fold.querySelector("summary").textContent.trim()}`;

export function bind(place) {
  const folds = () => [...place.querySelectorAll("details")];
  const open = () => folds().map((fold, number) => (fold.open ? nameOf(fold, number) : null));
  const unfold = (names) => {
    folds().forEach((fold, number) => (fold.open ||= names.includes(nameOf(fold, number))));
  };
  let before = [];
  place.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === place) before = open();
  });
  place.addEventListener("htmx:afterSwap", (event) => event.detail.target === place && unfold(before));

  const form = place.closest("form");
  if (!form) return;
  // The page that comes back has the ticket of the one that was sent.
  const key = `open:${form.elements.namedItem("ticket").value}`;
  unfold(take(key));
  form.addEventListener("submit", () => put(key, open()));
}

function put(key, names) {
  try {
    sessionStorage.setItem(key, JSON.stringify(names));
  } catch {
    // Without room it only has to be opened again.
  }
}

function take(key) {
  try {
    const names = JSON.parse(sessionStorage.getItem(key)) ?? [];
    sessionStorage.removeItem(key);
    return names;
  } catch {
    return [];
  }
}
