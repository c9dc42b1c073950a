using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>The verifier of each htpasswd scheme; handlers live for one request only.</summary>
internal sealed class HtpasswdVerifiers(IOptionsMonitor<HtpasswdOptions> options, TimeProvider time, ILogger<HtpasswdStore> logger)
{
    private readonly ConcurrentDictionary<string, HtpasswdVerifier> _verifiers = new(StringComparer.Ordinal);

    public HtpasswdVerifier Get(string scheme) => _verifiers.GetOrAdd(scheme, name =>
    {
        HtpasswdOptions scheme = options.Get(name);
        return new HtpasswdVerifier(new HtpasswdStore(scheme.File!, time, logger), scheme, time);
    });
}
