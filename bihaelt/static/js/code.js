// [data-code]: the QR code of a letter carries the code behind "#", which no server and no log ever sees.
export function readCode() {
  const field = document.querySelector("[data-code]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[\w-]{12,20}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
}

// [data-print]: a button for those who do not know the key for it.
export function offerPrint() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
