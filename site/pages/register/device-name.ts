import { type TemplateResult, html } from "lit";

import { suggestDeviceName } from "../../components/wording/device-name";

/** The field for what the device shall be called, with a suggestion. */
export function deviceNameField(): TemplateResult {
  return html`
    <div class="field">
      <label for="device-name">Name of this device</label>
      <input
        id="device-name"
        class="input"
        name="device-name"
        autocomplete="off"
        maxlength="64"
        .value=${suggestDeviceName(navigator.userAgent)}
        aria-describedby="device-name-hint"
      />
      <p class="field__hint" id="device-name-hint">So that you recognise it in your list of devices.</p>
    </div>
  `;
}
