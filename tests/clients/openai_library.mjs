// The streaming guide's client with the OpenAI library: node openai_library.mjs BASE_URL MODEL PROMPT
import {createRequire} from 'node:module';
import {join} from 'node:path';

const OpenAI = createRequire(join(process.env.CLIENT_PACKAGES, 'x.js'))('openai');
const [baseURL, model, prompt] = process.argv.slice(2);
const openai = new OpenAI({apiKey: 'sk-client-test', baseURL});
const stream = await openai.chat.completions.create({
  model,
  messages: [{role: 'user', content: prompt}],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content || '');
