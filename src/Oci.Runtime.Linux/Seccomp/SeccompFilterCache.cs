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

    private static readonly ConcurrentDictionary<(string Architecture, string Digest), SeccompFilter> Filters = new();

    /// <summary>The filter, compiled where it is not kept.</summary>
    /// <exception cref="InvalidSpecException">It takes more instructions than the kernel allows.</exception>
    public static SeccompFilter Get(LinuxSeccomp spec, SeccompArchitecture native)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(spec, SpecJsonContext.Default.LinuxSeccomp);
        (string Name, string Digest) key = (native.Name, Convert.ToHexString(SHA256.HashData(content)));
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
}
