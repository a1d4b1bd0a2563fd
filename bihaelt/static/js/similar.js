// [data-similar-url] on a text field, data-similar-target="id": asks the server for similar texts while one types.
// The server answers with a piece of HTML (or nothing) for ?q=…; the target is a role=status region in the page.
const PAUSE = 400;
const SHORTEST = 4;

export function showSimilar() {
  for (const field of document.querySelectorAll("[data-similar-url]")) watch(field);
}

function watch(field) {
  const target = document.getElementById(field.dataset.similarTarget);
  if (!target) return;
  let timer;
  let request = new AbortController();
  const ask = async () => {
    request.abort();
    request = new AbortController();
    const words = field.value.trim();
    if (words.length < SHORTEST) return target.replaceChildren();
    const url = new URL(field.dataset.similarUrl, location.href);
    url.searchParams.set("q", words.slice(0, 200));
    try {
      const answer = await fetch(url, { signal: request.signal, headers: { Accept: "text/html" } });
      if (answer.ok) target.innerHTML = await answer.text();
    } catch {
      // Offline or overtaken by newer typing: the form works without it.
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
