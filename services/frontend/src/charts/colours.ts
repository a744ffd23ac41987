/** Colours of the data, by what they mean. The values live in tokens.css, one set for each theme. */
export const HUES = {
  use: "--use",
  forecast: "--forecast",
  export: "--export",
  gas: "--gas",
  heat: "--heat",
  water: "--water",
  comparison: "--comparison",
  anomaly: "--anomaly",
  ink: "--ink",
  muted: "--ink-3",
  line: "--line",
  paper: "--paper",
} as const;

export type Hue = keyof typeof HUES;

/** For a canvas, which knows no CSS variables. */
export function colourOf(hue: Hue): string {
  return getComputedStyle(document.documentElement).getPropertyValue(HUES[hue]).trim() || "gray";
}

export const cssOf = (hue: Hue) => `var(${HUES[hue]})`;

const BY_QUANTITY: Record<string, Hue> = {
  electricity_import: "use",
  electricity_export: "export",
  gas: "gas",
  heat: "heat",
  water: "water",
  temperature: "heat",
  price: "ink",
  carbon_intensity: "ink",
};

export const hueOfQuantity = (quantity: string): Hue => BY_QUANTITY[quantity] ?? "use";
