namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>What came of checking a user name and password.</summary>
internal enum PasswordCheck
{
    Wrong,
    Right,

    /// <summary>Not checked: too many others wait for it.</summary>
    Busy,
}
