import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { importsListQueryKey, sourcesListOptions } from "@/api/@tanstack/react-query.gen";
import { formatBytes, formatPercent } from "@/lib/format";
import { useVisit } from "@/lib/session";
import { Button } from "@/ui/Button";
import { SelectField } from "@/ui/Field";
import { Icon } from "@/ui/icons";
import { Progress } from "@/ui/Marks";
import { Failed } from "@/ui/State";
import { DropZone } from "./DropZone";
import { RecipeFields } from "./RecipeFields";
import { stated } from "./recipe";
import type { Recipe } from "./types";
import { uploadFiles } from "./upload";

export function Bring() {
  const { t } = useTranslation("imports");
  const [files, setFiles] = useState<File[]>([]);
  const [recipe, setRecipe] = useState<Recipe>({});
  const [source, setSource] = useState<number>();
  const { send, progress, stop } = useSend(files, recipe, source);
  const add = (more: File[]) =>
    setFiles((old) => [...old.filter((one) => !more.some((next) => sameFile(next, one))), ...more]);
  const failure = send.error && !(send.error instanceof DOMException) ? send.error : null;
  return (
    <div className="max-w-3xl">
      <DropZone add={add} />
      {files.length > 0 && (
        <>
          <Files files={files} onChange={setFiles} />
          <Remembered chosen={source} onChange={setSource} />
          <details className="mt-4">
            <summary className="min-h-10 cursor-pointer py-2 font-medium text-accent">{t("options")}</summary>
            <p className="mb-4 text-13 text-ink-3">{t("optionsHint")}</p>
            <RecipeFields recipe={recipe} onChange={(change) => setRecipe({ ...recipe, ...change })} />
          </details>
          <div className="mt-5 flex flex-wrap items-center gap-3">
            {send.isPending ? (
              <>
                <span role="status">{t("uploading", { share: formatPercent(progress) })}</span>
                <Button look="plain" onClick={stop}>
                  {t("cancel")}
                </Button>
                <Progress share={progress} label={t("bring")} />
              </>
            ) : (
              <>
                <Button look="primary" onClick={() => send.mutate(true)}>
                  {t("preview", { count: files.length })}
                </Button>
                <Button look="plain" onClick={() => send.mutate(false)}>
                  {t("withoutPreview")}
                </Button>
              </>
            )}
          </div>
          {!send.isPending && <p className="mt-2 text-13 text-ink-3">{t("previewHint")}</p>}
          {failure && (
            <div className="mt-4">
              <Failed error={failure} onRetry={() => send.mutate(send.variables ?? true)} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

// Two folders may each have a readings.csv; only the very same file is taken once.
const idOf = (file: File) => [file.webkitRelativePath, file.name, file.size, file.lastModified].join("/");
const sameFile = (one: File, other: File) => idOf(one) === idOf(other);

function Files({ files, onChange }: { files: File[]; onChange: (files: File[]) => void }) {
  const { t } = useTranslation("imports");
  return (
    <ul className="mt-3 max-h-80 divide-y divide-line overflow-y-auto">
      {files.map((file) => (
        <li key={idOf(file)} className="flex min-h-10 items-center gap-3">
          <Icon name="file" size={18} className="shrink-0 text-ink-3" />
          <span className="min-w-0 truncate">{file.name}</span>
          <span className="text-13 whitespace-nowrap text-ink-3">{formatBytes(file.size)}</span>
          <Button
            look="icon"
            className="ml-auto"
            aria-label={t("remove", { name: file.name })}
            onClick={() => onChange(files.filter((one) => one !== file))}
          >
            <Icon name="close" size={16} />
          </Button>
        </li>
      ))}
    </ul>
  );
}

interface RememberedProps {
  chosen: number | undefined;
  onChange: (source: number | undefined) => void;
}

/** Settings that were kept under a name, where there are any. */
function Remembered({ chosen, onChange }: RememberedProps) {
  const { t } = useTranslation("imports");
  const { organization } = useVisit();
  const sources = useQuery(sourcesListOptions({ query: { organization: organization.id, page_size: 100 } }));
  const remembered = (sources.data?.results ?? []).filter((one) => {
    const recipe = (one as { recipe?: Recipe | null }).recipe;
    return one.kind === "files" && recipe && Object.keys(stated(recipe)).length > 0;
  });
  if (remembered.length === 0) return null;
  return (
    <div className="mt-4 max-w-sm">
      <SelectField
        label={t("remembered.label")}
        value={chosen ?? ""}
        onChange={(event) => onChange(event.target.value ? Number(event.target.value) : undefined)}
      >
        <option value="">{t("remembered.none")}</option>
        {remembered.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

function useSend(files: File[], recipe: Recipe, source: number | undefined) {
  const { organization } = useVisit();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState(0);
  const abort = useRef<AbortController>(null);
  const send = useMutation({
    mutationFn: (preview: boolean) => {
      setProgress(0);
      abort.current = new AbortController();
      return uploadFiles({
        organization: organization.id,
        recipe: stated(recipe),
        files,
        preview,
        source,
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
