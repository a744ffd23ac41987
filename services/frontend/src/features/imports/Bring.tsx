import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { importsListQueryKey } from "@/api/@tanstack/react-query.gen";
import { formatBytes, formatPercent } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/icons";
import { Progress } from "@/ui/Marks";
import { Failed } from "@/ui/State";
import { RecipeFields } from "./RecipeFields";
import { type Recipe, uploadFiles } from "./upload";

export function Bring() {
  const { t } = useTranslation("imports");
  const [files, setFiles] = useState<File[]>([]);
  const [recipe, setRecipe] = useState<Recipe>({});
  const { send, progress, stop } = useSend(files, recipe);
  const add = (more: File[]) =>
    setFiles((old) => [...old.filter((one) => !more.some((next) => next.name === one.name)), ...more]);
  const failure = send.error && !(send.error instanceof DOMException) ? send.error : null;
  return (
    <div className="max-w-3xl">
      <DropZone add={add} />
      {files.length > 0 && (
        <>
          <ul className="mt-3 divide-y divide-line">
            {files.map((file) => (
              <li key={file.name} className="flex min-h-10 items-center gap-3">
                <Icon name="file" size={18} className="shrink-0 text-ink-3" />
                <span className="min-w-0 truncate">{file.name}</span>
                <span className="text-13 whitespace-nowrap text-ink-3">{formatBytes(file.size)}</span>
                <Button
                  look="icon"
                  className="ml-auto"
                  aria-label={t("remove", { name: file.name })}
                  onClick={() => setFiles(files.filter((one) => one !== file))}
                >
                  <Icon name="close" size={16} />
                </Button>
              </li>
            ))}
          </ul>
          <RecipeFields recipe={recipe} onChange={setRecipe} />
          <div className="mt-5 flex flex-wrap items-center gap-3">
            <Button look="primary" busy={send.isPending} onClick={() => send.mutate()}>
              {t("upload", { count: files.length })}
            </Button>
            {send.isPending && (
              <>
                <Button look="plain" onClick={stop}>
                  {t("cancel")}
                </Button>
                <span className="text-13 text-ink-2" role="status">
                  {t("uploading", { share: formatPercent(progress) })}
                </span>
                <Progress share={progress} label={t("bring")} />
              </>
            )}
          </div>
          {failure && (
            <div className="mt-4">
              <Failed error={failure} onRetry={() => send.mutate()} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

function useSend(files: File[], recipe: Recipe) {
  const { organization } = useVisit();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState(0);
  const abort = useRef<AbortController>(null);
  const send = useMutation({
    mutationFn: () => {
      setProgress(0);
      abort.current = new AbortController();
      const said = Object.fromEntries(Object.entries(recipe).filter(([, value]) => value !== "" && value !== false));
      return uploadFiles({
        organization: organization.id,
        recipe: said,
        files,
        onProgress: setProgress,
        signal: abort.current.signal,
      });
    },
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: importsListQueryKey() });
      await navigate({ to: "/imports/$importId", params: { importId: String(made.id) } });
    },
  });
  return { send, progress, stop: () => abort.current?.abort() };
}

function DropZone({ add }: { add: (files: File[]) => void }) {
  const { t } = useTranslation("imports");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button beside is for all
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`rounded-surface border border-dashed px-6 py-10 text-center ${isOver ? "border-accent bg-accent-soft" : "border-ink-3"}`}
    >
      <p className="text-16">
        {t("drop")}{" "}
        <button
          type="button"
          onClick={() => input.current?.click()}
          className="font-medium text-accent underline underline-offset-4"
        >
          {t("choose")}
        </button>
      </p>
      <p className="mt-1 text-13 text-ink-3">{t("formats")}</p>
      <input
        ref={input}
        type="file"
        multiple
        aria-label={t("choose")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
