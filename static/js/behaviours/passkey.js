// A button that asks for a passkey: fetches the question (data-ask), lets the browser show or make a key
// (data-kind), puts the answer into data-field of its form and sends it. Without support it stays hidden.

const CANCELLED = "You cancelled it, or it took too long. Try again, or choose another way.";
const KNOWN = "This device has a passkey for your account already.";
const LOST = "We could not be reached. Check your connection and try again.";

function isSupported(kind) {
  const keys = window.PublicKeyCredential;
  return kind === "create" ? keys?.parseCreationOptionsFromJSON : keys?.parseRequestOptionsFromJSON;
}

async function fetchQuestion(form, address) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
  });
  const body = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(body.words ?? LOST);
  return body;
}

function askDevice(kind, question) {
  return kind === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
}

function wordsFor(problem) {
  if (problem.name === "InvalidStateError") return KNOWN;
  if (problem instanceof DOMException) return CANCELLED;
  return problem instanceof TypeError ? LOST : problem.message;
}

export function bind(button) {
  const { ask, kind, field } = button.dataset;
  const form = button.form;
  const words = form.querySelector(".passkey-words");
  if (!isSupported(kind)) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    words.hidden = true;
    try {
      const credential = await askDevice(kind, await fetchQuestion(form, ask));
      form.elements[field].value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (problem) {
      words.textContent = wordsFor(problem);
      words.hidden = false;
      button.removeAttribute("aria-busy");
    }
  });
}
