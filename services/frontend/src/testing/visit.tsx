import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "@/app/App";
import { makeQueryClient } from "@/lib/client";

/** Opens an address of the whole app, as a person would. */
export function visit(address: string) {
  const history = createMemoryHistory({ initialEntries: [address] });
  const queryClient = makeQueryClient();
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  render(<App queryClient={queryClient} history={history} />);
  return { history, user: userEvent.setup() };
}
