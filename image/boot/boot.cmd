# Picks the slot: BOOT_ORDER of the environment (raw partition ubootenv), A first. A slot that is on trial (BOOT_x_LEFT) is
# counted down; one that was confirmed is not, so that power cuts cost it nothing.
setenv devtype virtio
setenv devnum 0
env_addr=0x40200000
part number ${devtype} ${devnum} ubootenv envpart
part start ${devtype} ${devnum} ubootenv envstart
part size ${devtype} ${devnum} ubootenv envsize
if virtio read ${env_addr} ${envstart} 80 && env import -c ${env_addr} 0x10000; then echo "environment read"; else echo "no environment yet"; fi
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
setenv slot ""
for candidate in ${BOOT_ORDER}; do
  if test -z "${slot}"; then
    if test "${candidate}" = "A"; then setenv left "${BOOT_A_LEFT}"; else setenv left "${BOOT_B_LEFT}"; fi
    if test -z "${left}"; then setenv slot ${candidate}; fi
    if test -z "${slot}" && test ${left} -gt 0; then
      setexpr left ${left} - 1
      if test "${candidate}" = "A"; then setenv BOOT_A_LEFT ${left}; else setenv BOOT_B_LEFT ${left}; fi
      setenv slot ${candidate}
      env export -c -s 0x10000 ${env_addr} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
      virtio write ${env_addr} ${envstart} 80
    fi
  fi
done
test -n "${slot}" || setenv slot A
if test "${slot}" = "A"; then setenv label root-a; else setenv label root-b; fi
part number ${devtype} ${devnum} ${label} slotpart
setenv bootargs "root=PARTLABEL=${label} ro console=ttyAMA0 loglevel=4 panic=10 systemd.show_status=no scanlink.slot=${slot}"
load ${devtype} ${devnum}:${slotpart} ${kernel_addr_r} /boot/vmlinuz
load ${devtype} ${devnum}:${slotpart} ${ramdisk_addr_r} /boot/initrd.img
booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}
reset
