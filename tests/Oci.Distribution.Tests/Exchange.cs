using System.Text;

namespace Oci.Distribution.Tests;

/// <summary>One request, and the answer that a test gives to it.</summary>
public sealed class Exchange
{
    private readonly Stream _stream;
    private readonly CancellationToken _stop;
    private bool _bodyRead;

    private Exchange(Stream stream, string method, string target, Dictionary<string, string> headers, CancellationToken stop)
    {
        _stream = stream;
        _stop = stop;
        Method = method;
        Target = target;
        Headers = headers;
    }

    public string Method { get; }

    public string Target { get; }

    public string Path => Target.Split('?')[0];

    public IReadOnlyDictionary<string, string> Headers { get; }

    public string? this[string header] => Headers.GetValueOrDefault(header);

    public long Length => long.Parse(this["Content-Length"] ?? "0");

    public bool IsClosed { get; private set; }

    public bool IsReset { get; private set; }

    public static async Task<Exchange?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!(head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n"))
        {
            // 0x16 begins a TLS handshake, which servers of plain http do not wait for the end of.
            if (await stream.ReadAsync(one, stop) == 0 || (head.Length == 0 && one[0] == 0x16))
            {
                return null;
            }
            head.Append((char)one[0]);
        }
        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines[1..])
        {
            int colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        return new Exchange(stream, first[0], first[1], headers, stop);
    }

    /// <summary>Reads the body, or only its first bytes.</summary>
    public async Task<byte[]> ReadBodyAsync(long? limit = null)
    {
        if (!_bodyRead && Headers.ContainsKey("Expect"))
        {
            await _stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop);
        }
        _bodyRead = true;
        var body = new byte[Math.Min(Length, limit ?? long.MaxValue)];
        await _stream.ReadExactlyAsync(body, _stop);
        return body;
    }

    /// <summary>Reads the body and keeps none of it.</summary>
    public async Task DrainBodyAsync()
    {
        await ReadBodyAsync(limit: 0);
        var buffer = new byte[128 * 1024];
        for (long left = Length; left > 0;)
        {
            int read = await _stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), _stop);
            left = read > 0 ? left - read : throw new EndOfStreamException();
        }
    }

    /// <summary>Answers with a status, headers as <c>Name: value</c>, and a body whose length is told unless a header does.</summary>
    public async Task RespondAsync(int status, ReadOnlyMemory<byte> body = default, params string[] headers)
    {
        if (!_bodyRead && Length > 0)
        {
            await ReadBodyAsync();
        }
        await SendHeadAsync(status, headers.Any(h => h.StartsWith("Content-Length", StringComparison.Ordinal)) || status == 204 ? headers : [.. headers, $"Content-Length: {body.Length}"]);
        if (Method != "HEAD")
        {
            await SendAsync(body);
        }
    }

    public Task SendHeadAsync(int status, params string[] headers) =>
        SendAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {status} Scripted\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, _stop);
        await _stream.FlushAsync(_stop);
    }

    /// <summary>Closes the connection after what was sent.</summary>
    public void Close(bool reset = false)
    {
        IsClosed = true;
        IsReset = reset;
    }

    /// <summary>Waits until the client closes its side.</summary>
    public async Task WaitForCloseAsync()
    {
        try
        {
            Assert.Equal(0, await _stream.ReadAsync(new byte[1], _stop));
        }
        catch (IOException)
        {
            // Closed in the middle of an answer, which is told as a reset.
        }
        Close();
    }

    /// <summary>Says nothing until the test ends.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, _stop);
}
