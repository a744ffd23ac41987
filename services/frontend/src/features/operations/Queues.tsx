import { useTranslation } from "react-i18next";
import type { Queue } from "@/api";
import { Spark } from "@/charts/Spark";
import { formatCount } from "@/lib/format";

export function Queues({ queues }: { queues: Queue[] }) {
  const { t } = useTranslation("operations");
  return (
    <ul className="grid grid-cols-2 gap-x-8 gap-y-6 lg:grid-cols-4">
      {queues.map(({ queue, length, history }) => (
        <li key={queue} className="min-w-0">
          <p className="text-13 text-ink-2">{t(`service.${queue}`)}</p>
          <p className="text-16 font-semibold">
            {length === 0 ? t("queueEmpty") : t("waiting", { count: length, formatted: formatCount(length) })}
          </p>
          <Spark
            values={history.map((sample) => sample.length)}
            width={200}
            height={36}
            hue="ink"
            label={t("queueTitle", { queue: t(`service.${queue}`) })}
          />
        </li>
      ))}
    </ul>
  );
}
