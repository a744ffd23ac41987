import { useTranslation } from "react-i18next";
import { formatCount } from "@/lib/format";
import type { PreviewedFile } from "../types";

/** Each file with its kind and rows; those refused first, with the remedy. */
export function FilesFound({ files }: { files: PreviewedFile[] }) {
  const { t } = useTranslation("imports");
  const order = [...files.filter((file) => file.refused), ...files.filter((file) => !file.refused)];
  return (
    <div className="min-w-0">
      <h3 className="text-13 text-ink-3">{t("receipt.files")}</h3>
      <ul className="mt-1 max-h-96 divide-y divide-line overflow-y-auto">
        {order.map((file) => (
          <li key={file.name} className="py-2">
            <div className="flex items-baseline justify-between gap-4">
              <span className="min-w-0 truncate" title={file.name}>
                {file.name}
              </span>
              <span className="text-13 whitespace-nowrap text-ink-3">
                {file.refused
                  ? t("look.refused")
                  : [file.format, t("look.rows", { count: file.rows, formatted: formatCount(file.rows) })]
                      .filter(Boolean)
                      .join(" · ")}
              </span>
            </div>
            {file.refused && (
              <p className="measure mt-0.5 border-l-2 border-danger pl-3 text-13 [overflow-wrap:anywhere]">
                {file.refused}
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
