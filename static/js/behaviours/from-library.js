// Opens the library over the composer and brings the chosen files into the post, each with its stored words.
// Without JavaScript the same button leads to a page that carries along what was typed.

export function bind(button) {
  const dialog = document.getElementById(button.dataset.dialog);
  if (!dialog?.showModal) return;
  const list = document.querySelector(".attachments");
  const search = dialog.querySelector('input[type="search"]');
  const status = dialog.querySelector('[role="status"]');

  button.addEventListener("click", (event) => {
    event.preventDefault();
    search.value = ""; // else Escape would only empty it
    dialog.showModal();
    window.htmx.trigger(search, "library-opens");
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-add]").addEventListener("click", add);
  dialog.addEventListener("change", () => {
    const count = dialog.querySelectorAll('[name="pick"]:checked').length;
    status.textContent = `${count} chosen.`;
  });

  async function add() {
    const there = new Set([...list.querySelectorAll('[name="media"]')].map((field) => field.value));
    const chosen = [...dialog.querySelectorAll('[name="pick"]:checked')].map((box) => box.value);
    const query = new URLSearchParams(chosen.filter((id) => !there.has(id)).map((id) => ["pick", id]));
    if (query.size) {
      const answer = await fetch(`${dialog.dataset.chosen}?${query}`);
      if (!answer.ok || answer.redirected) {
        status.className = "attachment-wrong";
        status.textContent = "That did not work. Try again in a moment.";
        return;
      }
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const items = [...made.content.children];
      list.append(made.content);
      // The crowd of behaviours and of htmx's own marks in what came.
      for (const item of items) window.htmx.process(item);
      for (const item of items) item.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: item } }));
    }
    dialog.close();
    // The preview and the checks listen to the form's changes.
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
