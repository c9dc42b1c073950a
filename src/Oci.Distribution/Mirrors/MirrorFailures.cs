namespace Oci.Distribution.Mirrors;

/// <summary>What went wrong where, when no place was left to ask.</summary>
internal sealed class MirrorFailures
{
    private readonly List<(MirrorPlace Place, Exception Failure)> _failures = [];

    /// <summary>The failure of the registry itself, which is the one that counts.</summary>
    public Exception? OfRegistry => _failures.Find(f => !f.Place.IsMirror).Failure;

    public void Add(MirrorPlace place, Exception failure) => _failures.Add((place, failure));

    /// <summary>One exception for all: of the registry's kind, with what the mirrors did.</summary>
    public Exception ToException()
    {
        Exception main = OfRegistry ?? _failures[^1].Failure;
        string mirrors = string.Join("; ", _failures.Where(f => f.Failure != main).Select(f => $"{f.Place}: {f.Failure.Message}"));
        if (mirrors.Length == 0 || main is not RegistryException of)
        {
            return main;
        }
        string message = $"{of.Message} Its mirrors failed before: {mirrors}";
        return of is RegistryAuthenticationException
            ? new RegistryAuthenticationException(message, innerException: of) { StatusCode = of.StatusCode, Errors = of.Errors }
            : new RegistryException(message, innerException: of) { StatusCode = of.StatusCode, Errors = of.Errors, IsTransient = of.IsTransient, RetryAfter = of.RetryAfter };
    }
}
