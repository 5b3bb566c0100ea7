// Draws the API's description with "try it". Without JavaScript the same stands below as plain text.

export async function bind(element) {
  const [answer] = await Promise.all([fetch(element.dataset.address), load(element.dataset.viewer)]);
  if (!answer.ok) return;
  const description = await answer.json();
  followScheme();
  new MutationObserver(() => name(element)).observe(element, { childList: true, subtree: true });
  // The reader may have come by another name of this machine than the one that programs are told.
  description.servers = [{ url: "/api/v1" }];
  window.SwaggerUIBundle({
    domNode: element,
    spec: description,
    presets: [window.SwaggerUIBundle.presets.apis],
    plugins: [withOurLayout],
    layout: "CallsOnly",
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    showExtensions: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => document.querySelector(element.dataset.instead)?.setAttribute("hidden", ""),
  });
}

// The viewer draws itself dark when the page bears a class; the page's scheme is the reader's, or the system's.
function followScheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const scheme = root.dataset.bsTheme ?? (system.matches ? "dark" : "light");
    root.classList.toggle("dark-mode", scheme === "dark");
  };
  system.addEventListener("change", show);
  new MutationObserver(show).observe(root, { attributeFilter: ["data-bs-theme"] });
  show();
}

// What the page says itself, the title and a second main part, is left out.
function withOurLayout({ React }) {
  const parts = ["SvgAssets", "errors", "AuthorizeBtnContainer", "operations", "Models"];
  const CallsOnly = ({ getComponent }) =>
    React.createElement(
      "div",
      { className: "swagger-ui" },
      parts.map((part) => React.createElement(getComponent(part, true), { key: part })),
    );
  return { components: { CallsOnly } };
}

// The viewer leaves some of its fields without a name, and some of its boxes out of reach of the keys.
function name(element) {
  const set = (which, attribute, value) => {
    for (const one of element.querySelectorAll(`${which}:not([${attribute}])`)) {
      one.setAttribute(attribute, value(one));
    }
  };
  set("textarea.body-param__text", "aria-label", () => "Body");
  set("[role=region]", "aria-label", (region) => region.id.replaceAll("_", " "));
  set("pre.microlight", "tabindex", () => "0");
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}
