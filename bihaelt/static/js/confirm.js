// data-confirm="question" on a form or a submit button: asks in a dialog made from <template id="confirm">.
export function askBeforeSubmit() {
  const template = document.getElementById("confirm");
  if (!template) return;
  document.addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter } = event;
      const question = submitter?.dataset.confirm ?? form.dataset.confirm;
      if (!question || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(template, question, submitter?.textContent.trim(), () => {
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.confirmed;
      });
    },
    true,
  );
}

function ask(template, question, verb, yes) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-question]").textContent = question;
  if (verb) dialog.querySelector("[value=yes] .kern-label").textContent = verb;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") yes();
  });
  document.body.append(dialog);
  dialog.showModal();
}
