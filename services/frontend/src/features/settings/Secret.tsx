import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";

/** A text that is shown once, and how to take it along. */
export function Secret({ text, note }: { text: string; note: string }) {
  const { t } = useTranslation("settings");
  const [copied, setCopied] = useState(false);
  return (
    <div>
      <p className="mb-3">{note}</p>
      <div className="flex items-center gap-2 rounded-control bg-sunk p-2 pl-3">
        <code className="min-w-0 grow font-mono text-13 break-all">{text}</code>
        <Button
          onClick={async () => {
            await navigator.clipboard.writeText(text);
            setCopied(true);
          }}
        >
          {copied ? t("tokens.copied") : t("tokens.copy")}
        </Button>
      </div>
    </div>
  );
}
