// A row of links that runs over the edge of a phone begins where the reader is.

export function bind(row) {
  const current = row.querySelector("[aria-current]");
  if (!current) return;
  const here = current.getBoundingClientRect();
  const around = row.getBoundingClientRect();
  row.scrollLeft += here.left + here.width / 2 - (around.left + around.width / 2);
}
