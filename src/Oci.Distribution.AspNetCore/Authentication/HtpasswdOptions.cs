using Microsoft.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>How <c>AddOciHtpasswd</c> logs users in: by user name and password (RFC 7617) against an htpasswd file.</summary>
public sealed class HtpasswdOptions : AuthenticationSchemeOptions
{
    /// <summary>
    /// The path of the file: <c>USER:HASH</c> a line, as <c>htpasswd -B</c> writes it. Only bcrypt hashes are taken. Required.
    /// A change of it holds within a second; one that breaks it is logged, and the users stay as they were.
    /// </summary>
    public string? File { get; set; }

    /// <summary>What the challenge calls the registry. <c>Registry</c> by default.</summary>
    /// <exception cref="ArgumentException">Set to text with a quote, a backslash or characters that are not printable ASCII.</exception>
    public string Realm
    {
        get;
        set
        {
            ChallengeText.Check(value, nameof(value));
            field = value;
        }
    } = "Registry";

    /// <summary>How long a right password is remembered, as a keyed hash in memory, so that not each request costs a bcrypt. One minute by default; zero for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero.</exception>
    public TimeSpan CacheDuration
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>How many passwords are checked at a time. Half the processors by default, one at least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxConcurrentChecks
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How many more may wait for that; others are answered 429. 100 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 0.</exception>
    public int MaxWaitingChecks
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 100;

    /// <summary>Reads the file, so that an app with one that cannot be used does not start.</summary>
    /// <exception cref="InvalidOperationException"><see cref="File"/> is not set.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A line is no user with a bcrypt hash.</exception>
    public override void Validate()
    {
        base.Validate();
        if (string.IsNullOrEmpty(File))
        {
            throw new InvalidOperationException("Set HtpasswdOptions.File to the path of the htpasswd file.");
        }
        HtpasswdFile.Load(File);
    }
}
