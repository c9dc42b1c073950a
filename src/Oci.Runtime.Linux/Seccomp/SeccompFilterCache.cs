using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Filters by the content of what they were compiled from: one host runs many containers with few profiles.</summary>
internal static class SeccompFilterCache
{
    /// <summary>The most that is kept; a filter takes 8 bytes an instruction.</summary>
    public const int Capacity = 64;

    private const int MaxKeptBuffer = 128 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    private static readonly ConcurrentDictionary<(string Architecture, string Digest), SeccompFilter> Filters = new();

    /// <summary>The filter, compiled where it is not kept.</summary>
    /// <exception cref="InvalidSpecException">It takes more instructions than the kernel allows.</exception>
    public static SeccompFilter Get(LinuxSeccomp spec, SeccompArchitecture native)
    {
        (string Name, string Digest) key = (native.Name, Digest(spec));
        if (Filters.TryGetValue(key, out SeccompFilter? filter))
        {
            return filter;
        }
        filter = SeccompCompiler.Compile(spec, native);
        if (Filters.Count >= Capacity)
        {
            Filters.Clear();
        }
        return Filters.GetOrAdd(key, filter);
    }

    // By content, since who holds a profile may change the lists in it. In a buffer that is kept: a profile is some 10 KB.
    private static string Digest(LinuxSeccomp spec)
    {
        ArrayBufferWriter<byte> buffer = s_buffer ??= new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            using (var writer = new Utf8JsonWriter(buffer))
            {
                JsonSerializer.Serialize(writer, spec, SpecJsonContext.Default.LinuxSeccomp);
            }
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(buffer.WrittenSpan, digest);
            return Convert.ToHexString(digest);
        }
        finally
        {
            buffer.ResetWrittenCount();
            if (buffer.Capacity > MaxKeptBuffer)
            {
                s_buffer = null;
            }
        }
    }
}
