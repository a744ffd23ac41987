import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import accounts from "@/features/accounts/en.json";
import clusters from "@/features/clusters/en.json";
import consumers from "@/features/consumers/en.json";
import forecasts from "@/features/forecasts/en.json";
import imports from "@/features/imports/en.json";
import meters from "@/features/meters/en.json";
import operations from "@/features/operations/en.json";
import overview from "@/features/overview/en.json";
import settings from "@/features/settings/en.json";
import ui from "@/ui/en.json";
import app from "./en.json";

export const english = {
  app,
  ui,
  accounts,
  clusters,
  consumers,
  forecasts,
  imports,
  meters,
  operations,
  overview,
  settings,
};

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: english },
  defaultNS: "app",
  interpolation: { escapeValue: false },
});

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: typeof english;
  }
}
