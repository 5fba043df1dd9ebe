/* Seats dragged to others. What is dropped is sent by the forms of the page; without this file they do the same. */
"use strict";

(() => {
  const form = document.querySelector("[data-seat-form]");
  if (!form) return;
  const unseatForm = document.querySelector("[data-unseat-form]");
  const tray = document.querySelector("[data-without]");
  let carried = null;

  document.querySelectorAll(".seating__seat[data-person]").forEach((seat) => {
    seat.draggable = true;
    seat.querySelectorAll("a").forEach((link) => { link.draggable = false; });
    seat.addEventListener("dragstart", (event) => {
      carried = seat;
      seat.classList.add("is-carried");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", seat.dataset.person);
    });
    seat.addEventListener("dragend", () => {
      seat.classList.remove("is-carried");
      carried = null;
    });
  });

  const takes = (target, drop) => {
    target.addEventListener("dragover", (event) => {
      if (!carried || target === carried) return;
      event.preventDefault();
      target.classList.add("is-over");
    });
    target.addEventListener("dragleave", () => target.classList.remove("is-over"));
    target.addEventListener("drop", (event) => {
      if (!carried) return;
      event.preventDefault();
      target.classList.remove("is-over");
      drop(carried.dataset.person);
    });
  };

  document.querySelectorAll(".seating__seat[data-place]").forEach((seat) => takes(seat, (person) => {
    form.elements.person.value = person;
    form.elements.table.value = seat.dataset.table;
    form.elements.place.value = seat.dataset.place;
    form.submit();
  }));

  if (tray && unseatForm) {
    takes(tray, (person) => {
      unseatForm.elements.person.value = person;
      if (unseatForm.elements.person.value) unseatForm.requestSubmit(unseatForm.querySelector("[value=unseat]"));
    });
  }
})();
