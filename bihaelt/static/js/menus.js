// details.menu: Escape, a click elsewhere and leaving with the keyboard close an open menu.
const open = () => document.querySelectorAll("details.menu[open]");

function closeUnlessInside(target) {
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;
}

export function closeMenus() {
  document.addEventListener("click", ({ target }) => closeUnlessInside(target));
  document.addEventListener("focusin", ({ target }) => closeUnlessInside(target));
  document.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape") return;
    for (const menu of open()) {
      if (menu.contains(target)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });
}
