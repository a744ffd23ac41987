import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { filesOf, isVisible } from "./files";

const LINK = "min-h-9 font-medium text-accent underline underline-offset-4 pointer-coarse:min-h-10";

/** Takes files dropped anywhere on the page; the buttons are for keys and fingers. */
export function DropZone({ add }: { add: (files: File[]) => void }) {
  const { t } = useTranslation("imports");
  const input = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const isOver = useDrop(add);
  const take = (element: HTMLInputElement) => {
    add([...(element.files ?? [])].filter(isVisible));
    element.value = "";
  };
  return (
    <div
      className={`rounded-surface border border-dashed px-6 py-10 text-center ${isOver ? "border-accent bg-accent-soft" : "border-ink-3"}`}
    >
      <p className="text-16">
        {isOver ? (
          t("dropNow")
        ) : (
          <>
            {t("drop")}{" "}
            <button type="button" onClick={() => input.current?.click()} className={LINK}>
              {t("choose")}
            </button>{" "}
            {t("or")}{" "}
            <button type="button" onClick={() => folder.current?.click()} className={LINK}>
              {t("chooseFolder")}
            </button>
          </>
        )}
      </p>
      <p className="mx-auto mt-1 max-w-[60ch] text-13 text-ink-3">{t("formats")}</p>
      <input
        ref={input}
        type="file"
        multiple
        aria-label={t("choose")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        {...{ webkitdirectory: "" }}
        aria-label={t("chooseFolder")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => take(event.target)}
      />
    </div>
  );
}

/** Hears of files that are dropped anywhere on the page, and tells whether some hover over it. */
export function useDrop(add: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      void filesOf(event.dataTransfer).then((files) => latest.current(files));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isOver;
}
