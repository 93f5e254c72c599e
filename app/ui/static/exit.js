// Leaves at once and puts the other page in this one's place, so that "back" does not return here.
"use strict";
const exit = document.getElementById("exit");
function leave(event) {
  event.preventDefault();
  window.location.replace(exit.href);
}
exit.addEventListener("click", leave);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.shiftKey) {
    leave(event);
  }
});
