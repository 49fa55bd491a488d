// Shows the buttons that print the page, which do nothing without JavaScript.
for (const button of document.querySelectorAll('button[data-print]')) {
  button.removeAttribute('hidden')
  button.addEventListener('click', () => print())
}
