// Draws the API's description with "try it". Without JavaScript the same stands below as plain text.

export async function bind(element) {
  const [answer] = await Promise.all([fetch(element.dataset.address), load(element.dataset.viewer)]);
  if (!answer.ok) return;
  const description = await answer.json();
  // The reader may have come by another name of this machine than the one that programs are told.
  description.servers = [{ url: "/api/v1" }];
  window.SwaggerUIBundle({
    domNode: element,
    spec: description,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
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

function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}
