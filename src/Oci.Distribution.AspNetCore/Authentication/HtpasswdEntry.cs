namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>One user of an htpasswd file.</summary>
/// <param name="Text">The hash as it is written, which is another one whenever the password is set again.</param>
/// <param name="Hash">The hash.</param>
internal sealed record HtpasswdEntry(string Text, BcryptHash Hash);
