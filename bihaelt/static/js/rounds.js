// [data-player]: the rounds of a count, one at a time, with buttons and the arrow keys. Without it all stand below each other.
export function playRounds() {
  for (const player of document.querySelectorAll("[data-player]")) play(player);
}

function play(player) {
  const rounds = [...player.querySelectorAll("[data-round]")];
  const tools = player.querySelector("[data-player-tools]");
  const place = player.querySelector("[data-player-place]");
  const [back, next] = [-1, 1].map((step) => tools.querySelector(`[data-step="${step}"]`));
  let at = 0;
  const show = (number) => {
    at = number;
    player.classList.add("player--on");
    rounds.forEach((round, other) => (round.hidden = other !== at));
    back.disabled = at === 0;
    next.disabled = at === rounds.length - 1;
    place.textContent = rounds[at].querySelector("h3").textContent;
  };
  const showAll = () => {
    player.classList.remove("player--on");
    for (const round of rounds) round.hidden = false;
    back.disabled = next.disabled = false;
    place.textContent = "";
  };
  const move = (step) => {
    if (rounds[at + step]) show(at + step);
  };
  tools.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]")?.dataset.step;
    if (step === "all") showAll();
    else if (step) move(Number(step));
  });
  player.addEventListener("keydown", (event) => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = document.documentElement.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (event.key === forward) move(1);
    else if (event.key === backward) move(-1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(rounds.length - 1);
    else return;
    event.preventDefault();
  });
  tools.hidden = false;
  show(0);
}
