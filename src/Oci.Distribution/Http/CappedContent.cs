namespace Oci.Distribution.Http;

/// <summary>Reads bodies that a peer sends into memory, up to a cap.</summary>
internal static class CappedContent
{
    /// <summary>The most of an error's body that is read.</summary>
    public const int MaxErrorSize = 64 * 1024;

    /// <summary>The most of a token service's answer that is read.</summary>
    public const int MaxTokenSize = 256 * 1024;

    /// <summary>The most of one page of tags or repositories that is read.</summary>
    public const int MaxPageSize = 4 * 1024 * 1024;

    /// <summary>Reads a body whole; <see langword="null"/> where it is longer than <paramref name="cap"/>. A length that the peer states is believed only when it is too long.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int cap, TimeSpan idleTimeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > cap)
        {
            return null;
        }
        using var timer = new IdleTimer(idleTimeout, timeProvider);
        Stream body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[(int)Math.Min(content.Headers.ContentLength + 1 ?? 4096, 64 * 1024)];
            int length = 0;
            while (true)
            {
                int read = await timer.ReadAsync(body, buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer[..length];
                }
                length += read;
                if (length > cap)
                {
                    return null;
                }
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, (int)Math.Min(2L * length, cap + 1L));
                }
            }
        }
    }
}
