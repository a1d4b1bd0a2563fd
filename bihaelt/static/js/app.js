// Every behaviour works on hooks (data-…) and improves a page that already works without it.
import { calculate } from "./calculator.js";
import { askBeforeSubmit } from "./confirm.js";
import { countCharacters } from "./counter.js";
import { keepTypedText } from "./keep.js";
import { closeMenus } from "./menus.js";
import { playRounds } from "./rounds.js";
import { showSimilar } from "./similar.js";
import { submitOnce } from "./submit.js";
import { switchTheme } from "./switch.js";

switchTheme();
closeMenus();
countCharacters();
calculate();
showSimilar();
playRounds();
keepTypedText();
askBeforeSubmit();
submitOnce(); // last: a submit that another behaviour stopped does not count
document.querySelector("[data-focus]")?.focus();
