// Without the script the person presses the button.
const form = document.getElementById('form-post')
if (form instanceof HTMLFormElement) form.submit()
