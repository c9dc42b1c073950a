namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Checks passwords, a bounded number at a time: each costs a processor for a tenth of a second.</summary>
internal sealed class HtpasswdVerifier(HtpasswdStore store, HtpasswdOptions options, TimeProvider time)
{
    private readonly SemaphoreSlim _slots = new(options.MaxConcurrentChecks);
    private readonly VerifiedPasswords _verified = new(time);
    private int _waiting;
    private int _computed;

    /// <summary>How many times a bcrypt was computed.</summary>
    public int Computed => Volatile.Read(ref _computed);

    /// <summary>The entry of a user; <see langword="null"/> where there is none.</summary>
    public HtpasswdEntry? Find(string user) => store.Get().Find(user);

    /// <summary>Checks a password. A user who is not there costs as much as a wrong password.</summary>
    /// <returns>What came of it, and the entry that the password was checked against where it is right: the file may be another by now.</returns>
    public async Task<(PasswordCheck Check, HtpasswdEntry? Entry)> CheckAsync(string user, byte[] password, CancellationToken cancellationToken)
    {
        HtpasswdFile file = store.Get();
        HtpasswdEntry? entry = file.Find(user);
        UInt128 key = entry is null ? default : _verified.GetKey(entry, password);
        if (entry is not null && _verified.Contains(key, options.CacheDuration))
        {
            return (PasswordCheck.Right, entry);
        }
        if (Interlocked.Increment(ref _waiting) > options.MaxWaitingChecks + options.MaxConcurrentChecks)
        {
            Interlocked.Decrement(ref _waiting);
            return (PasswordCheck.Busy, null);
        }
        try
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                // The requests of one push come together; the first has done it for all.
                if (entry is not null && _verified.Contains(key, options.CacheDuration))
                {
                    return (PasswordCheck.Right, entry);
                }
                BcryptHash hash = entry?.Hash ?? file.Nobody;
                Interlocked.Increment(ref _computed);
                bool isRight = await Task.Run(() => hash.Verify(password), CancellationToken.None).ConfigureAwait(false);
                if (!isRight || entry is null)
                {
                    return (PasswordCheck.Wrong, null);
                }
                _verified.Add(key, options.CacheDuration);
                return (PasswordCheck.Right, entry);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
