import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Menu, MenuItem } from "@/ui/Menu";
import type { ConsumersSearch } from "./search";

interface Saved {
  name: string;
  search: ConsumersSearch;
}

/** A person's own filters, kept in this browser for this organization. */
function useSaved() {
  const { organization } = useVisit();
  const key = `wattwise.filters.${organization.slug}`;
  const [saved, setSaved] = useState<Saved[]>(() => JSON.parse(localStorage.getItem(key) ?? "[]") as Saved[]);
  function keep(next: Saved[]) {
    localStorage.setItem(key, JSON.stringify(next));
    setSaved(next);
  }
  return { saved, keep };
}

export function SavedFilters({ search, apply }: { search: ConsumersSearch; apply: (search: ConsumersSearch) => void }) {
  const { t } = useTranslation(["consumers", "ui"]);
  const { saved, keep } = useSaved();
  const [isNaming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const isFiltered = Boolean(search.q || search.cluster || search.detail);
  if (!isFiltered && saved.length === 0) return null;
  function save() {
    keep([...saved.filter((one) => one.name !== name), { name, search }]);
    setNaming(false);
    setName("");
  }
  return (
    <>
      <Menu trigger={<Button look="plain">{t("saved")}</Button>}>
        {saved.map((one) => (
          <MenuItem
            key={one.name}
            onClick={() => apply({ q: undefined, cluster: undefined, detail: undefined, ...one.search })}
          >
            {one.name}
          </MenuItem>
        ))}
        {isFiltered && <MenuItem onClick={() => setNaming(true)}>{t("save")}…</MenuItem>}
        {saved.map((one) => (
          <MenuItem key={one.name} onClick={() => keep(saved.filter((other) => other.name !== one.name))}>
            <span className="text-ink-3">{t("remove", { name: one.name })}</span>
          </MenuItem>
        ))}
      </Menu>
      <Dialog
        open={isNaming}
        onClose={() => setNaming(false)}
        title={t("save")}
        actions={
          <Button look="primary" disabled={!name.trim()} onClick={save}>
            {t("save")}
          </Button>
        }
      >
        <TextField label={t("saveName")} value={name} onChange={(event) => setName(event.target.value)} />
      </Dialog>
    </>
  );
}
