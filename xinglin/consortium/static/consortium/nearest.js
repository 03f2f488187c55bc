// Ask the phone where it is, and send the form with the place. Without a place the list stays as it is.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-nearest]");
  if (!form || form.dataset.located) return;
  event.preventDefault();
  const told = form.querySelector("[data-trouble]");
  const cannot = () => { told.textContent = told.dataset.trouble; };
  if (!navigator.geolocation) { cannot(); return; }
  navigator.geolocation.getCurrentPosition((place) => {
    form.elements.latitude.value = place.coords.latitude;
    form.elements.longitude.value = place.coords.longitude;
    form.dataset.located = "yes";
    form.submit();
  }, cannot, { timeout: 8000 });
});
