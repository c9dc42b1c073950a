using Oci.Distribution.Authentication;

namespace OciTool.References;

/// <summary>One login for whatever registry asks, which tells whether one did.</summary>
internal sealed class LoginCheck(RegistryCredential credential) : ICredentialSource
{
    /// <summary>True once it was asked for.</summary>
    public bool IsUsed { get; private set; }

    public ValueTask<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken = default)
    {
        IsUsed = true;
        return new(credential);
    }
}
