// Uses the client that openapi-generator makes of openapi.yaml; the argument is a node's address.
import { ClusterApi, Configuration, KeysApi, ResponseError, StatusStateEnum, TransactionsApi } from './client';

declare const process: { argv: string[]; exit(code: number): never };

function check(holds: boolean, what: unknown): void {
  if (!holds) {
    throw new Error(JSON.stringify(what));
  }
}

async function call(address: string): Promise<void> {
  const configuration = new Configuration({ basePath: `http://${address}` });
  const keys = new KeysApi(configuration);

  const { revision } = await keys.putKeys({ requestBody: { typescript: 'generated' } });
  check(revision > 0, revision);
  const found = await keys.getKey({ key: 'typescript' });
  check(found['typescript'] === 'generated', found);
  const page = await keys.listKeys({ prefix: 'typescript' });
  check(page.keys[0]?.version === revision, page);

  const txn = { then: [{ put: { key: 'typescript2', value: '2' } }, { get: 'typescript' }] };
  const result = await new TransactionsApi(configuration).transact({ txn });
  check(result.results[1]?.value === 'generated', result);
  const status = await new ClusterApi(configuration).status();
  check(status.state === StatusStateEnum.Leader, status);

  try {
    await keys.getKey({ key: 'absent' });
    check(false, 'an absent key was found');
  } catch (e) {
    check(e instanceof ResponseError && e.response.status === 404, String(e));
  }
  console.log('the TypeScript client: what it writes it reads');
}

call(process.argv[2] ?? '').catch((e) => {
  console.error(e);
  process.exit(1);
});
