// What the page does more where scripts run. Without this file everything still works, by plain forms and redirects.
"use strict";

(() => {
  // The issuer ranges as the server has them, how many digits a number of each has, and how many its code.
  const from16 = [16, 17, 18, 19];
  const brands = [
    [/^3[47]/, [15], 4, "American Express"],
    [/^4/, [13, 16, 19], 3, "Visa"],
    [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16], 3, "Mastercard"],
    [/^(65|64[4-9]|6011)/, from16, 3, "Discover"],
    [/^(352[89]|35[3-8])/, from16, 3, "JCB"],
    [/^3(0[0-5]|[689])/, [14, 15, ...from16], 3, "Diners Club"],
    [/^62/, from16, 3, "UnionPay"],
  ];
  const digits = (text) => text.replace(/\D/g, "");
  const brand = (number) => brands.find(([start]) => start.test(number));

  const luhn = (number) => {
    let sum = 0;
    [...number].reverse().forEach((digit, place) => {
      const value = Number(digit) * (place % 2 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
    return sum % 10 === 0;
  };

  const wrong = {
    email: (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) ? "" : "Enter your e-mail address, like name@example.com."),
    number: (text) => {
      const number = digits(text);
      const known = brand(number);
      return known && known[1].includes(number.length) && luhn(number)
        ? ""
        : "Check the card number: it is not complete or has a typo.";
    },
    expiry: (text) => {
      const parts = /^\s*(\d{1,2})\s*[/.-]?\s*(\d{2}|\d{4})\s*$/.exec(text);
      if (!parts || Number(parts[1]) < 1 || Number(parts[1]) > 12) return "Enter the expiry date as month and year: MM / YY.";
      const now = new Date();
      const year = Number(parts[2]) + (parts[2].length === 2 ? 2000 : 0);
      const months = year * 12 + Number(parts[1]) - 1;
      return months < now.getUTCFullYear() * 12 + now.getUTCMonth()
        ? "This card has expired. Check the date, or use another card."
        : "";
    },
    cvc: (text) => {
      const known = brand(digits(document.getElementById("number").value));
      const fits = /^\d{3,4}$/.test(text.trim()) && (!known || text.trim().length === known[2]);
      return fits ? "" : "Check the security code: 3 digits on the back, or 4 on the front of an American Express card.";
    },
  };

  const tell = (input) => {
    const problem = wrong[input.id](input.value);
    const place = document.getElementById(`${input.id}-problem`);
    // A screen reader says again what is put there again.
    if (place.textContent !== problem) place.textContent = problem;
    input.closest(".row").classList.toggle("wrong", Boolean(problem));
    if (problem) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return problem;
  };

  // Keeps the caret after the digit it stood after.
  const shape = (input, make) => {
    const before = digits(input.value.slice(0, input.selectionStart)).length;
    const atEnd = input.selectionStart === input.value.length;
    const shaped = make(digits(input.value));
    if (shaped === input.value) return;
    input.value = shaped;
    let place = atEnd ? shaped.length : 0;
    for (let seen = 0; !atEnd && seen < before && place < shaped.length; place += 1) if (/\d/.test(shaped[place])) seen += 1;
    input.setSelectionRange(place, place);
  };
  const groupNumber = (number) =>
    (/^3[47]/.test(number)
      ? [number.slice(0, 4), number.slice(4, 10), number.slice(10, 15)].filter(Boolean)
      : number.slice(0, 19).match(/.{1,4}/g) || []
    ).join(" ");
  const groupExpiry = (number) => {
    const padded = /^[2-9]/.test(number) ? `0${number}` : number;
    return padded.length > 2 ? `${padded.slice(0, 2)} / ${padded.slice(2, 6)}` : padded;
  };

  // Where the browser blocks site data, to name the storage is an error already.
  const kept = (use) => {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  };
  const key = `email ${location.pathname.split("/").slice(0, 3).join("/")}`;

  // A click is on what was under the pointer at its press and at its release, so a press must not move anything: what it
  // has to show comes after. A touch screen tells of the mouse once the finger has gone, and of all of it in one go.
  let pressed = false;
  const afterwards = [];
  const unmoved = (show) => (pressed ? afterwards.push(show) : show());
  const listen = (names, heard) => names.forEach((name) => document.addEventListener(name, heard, true));
  listen(["pointerdown", "mousedown"], () => (pressed = true));
  listen(["pointerup", "pointercancel", "mouseup"], () =>
    setTimeout(() => {
      pressed = false;
      for (const show of afterwards.splice(0)) show();
    }),
  );

  const live = () => {
    const inputs = Object.keys(wrong).map((id) => document.getElementById(id)).filter(Boolean);
    for (const input of inputs) {
      input.addEventListener("blur", () => unmoved(() => input.value && tell(input)));
      input.addEventListener("input", (event) => {
        const deleting = (event.inputType || "").startsWith("delete");
        if (input.id === "number") {
          shape(input, groupNumber);
          const known = brand(digits(input.value));
          document.getElementById("brand").textContent = known ? known[3] : "";
        }
        if (input.id === "expiry" && !deleting && /^[\d /]*$/.test(input.value)) shape(input, groupExpiry);
        if (input.hasAttribute("aria-invalid")) tell(input);
      });
    }
    // The e-mail address outlives a declined card; a card does not.
    const email = document.getElementById("email");
    if (email) {
      if (!email.value) email.value = kept((storage) => storage.getItem(key)) || "";
      email.addEventListener("change", () => kept((storage) => storage.setItem(key, email.value)));
    }
    return () => {
      const bad = inputs.filter(tell);
      if (bad.length) bad[0].focus();
      return !bad.length;
    };
  };

  // Others may use this computer next.
  if (document.querySelector(".done")) kept((storage) => storage.removeItem(key));

  for (const form of document.querySelectorAll("form[data-once]")) {
    const ready = "live" in form.dataset ? live() : () => true;
    let sent = false;
    const busy = (now) => {
      sent = now;
      for (const button of form.querySelectorAll("button")) {
        button.setAttribute("aria-disabled", String(now));
        if (!button.dataset.busy) continue;
        button.dataset.idle ||= button.textContent;
        button.textContent = now ? button.dataset.busy : button.dataset.idle;
        form.querySelector(".say").textContent = now ? "Your payment is being processed." : "";
      }
    };
    form.addEventListener("submit", (event) => {
      if (sent || !ready()) {
        event.preventDefault();
        return;
      }
      busy(true);
      // Whoever stopped the browser can send again: the form is the same, so it is still one payment.
      setTimeout(() => busy(false), 20000);
    });
    // Last: if anything above has failed, the browser still checks by itself.
    form.noValidate = true;
  }

  // A page that comes back from the browser's memory is not what is so now.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  const left = document.querySelector("[data-left]");
  if (left) {
    const end = performance.now() + Number(left.dataset.left) * 1000;
    const two = (number) => String(number).padStart(2, "0");
    const count = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      left.textContent = `Time left: ${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
      if (seconds > 0) setTimeout(count, 1000);
      else location.reload();
    };
    if (Number(left.dataset.left) > 0) count();
  }

  const polled = document.querySelector("[data-poll]");
  if (polled) {
    let pause = 500;
    const look = async () => {
      let waiting = true;
      try {
        const answer = await fetch(polled.dataset.poll, { headers: { accept: "application/json" } });
        if (answer.ok) waiting = (await answer.json()).waiting;
      } catch {
        // The network is away for a moment.
      }
      if (!waiting) location.reload();
      else setTimeout(look, (pause = Math.min(pause * 1.3, 4000)));
    };
    setTimeout(look, pause);
  }

  const alert = document.querySelector("[role=alert]");
  if (alert) alert.focus();
})();
