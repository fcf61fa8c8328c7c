// The streaming guide's client with the Fetch API: node fetch.mjs BASE_URL MODEL PROMPT
const [baseUrl, model, prompt] = process.argv.slice(2);
const response = await fetch(`${baseUrl}/chat/completions`, {
  method: 'POST',
  headers: {'Content-Type': 'application/json', Authorization: 'Bearer sk-client-test'},
  body: JSON.stringify({model, messages: [{role: 'user', content: prompt}], stream: true}),
});
if (!response.ok) throw new Error(`status ${response.status}`);
const decoder = new TextDecoder('utf-8');
let buffer = '';
for await (const piece of response.body) {
  buffer += decoder.decode(piece, {stream: true});
  const lines = buffer.split('\n');
  buffer = lines.pop() ?? '';
  for (const line of lines) {
    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
    process.stdout.write(JSON.parse(line.slice(6)).choices[0]?.delta?.content || '');
  }
}
