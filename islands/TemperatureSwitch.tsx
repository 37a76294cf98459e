import type { TemperatureUnit } from "../lib/wire/mod.ts";
import { useLivePage, useReady } from "./live/page.ts";

const text = {
  label: { C: "Temperatures in Celsius. Switch to Fahrenheit.", F: "Temperatures in Fahrenheit. Switch to Celsius." },
};

/** A year, s. */
const keepS = 31_536_000;

/** °C or °F. A cookie, so that the server renders the next page in the same unit. */
export default function TemperatureSwitch({ temperature }: { readonly temperature: TemperatureUnit }) {
  const page = useLivePage({ temperature });
  const isReady = useReady();
  const unit = page.temperature.value;
  const change = () => {
    const next = unit === "C" ? "F" : "C";
    document.cookie = `temperature=${next}; path=/; max-age=${keepS}; samesite=lax`;
    page.temperature.value = next;
  };
  return (
    <button type="button" class="unit" disabled={!isReady} aria-label={text.label[unit]} onClick={change}>
      {`°${unit}`}
    </button>
  );
}
